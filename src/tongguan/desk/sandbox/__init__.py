"""The pages of the sandbox (联调沙箱): what was sent and answered, one exchange whole, magic values, certificates."""
