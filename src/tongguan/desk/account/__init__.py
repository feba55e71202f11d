"""Pages of coming in and of one's account (账户): signing in, passwords, second factors, sessions, a firm's people."""
