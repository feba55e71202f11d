"""The sandbox for machines (联调沙箱接口): the addresses of the window once more, and what was sent there and answered."""
