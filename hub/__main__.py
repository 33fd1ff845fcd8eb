"""`python -m hub` is `gongbu`."""

from hub.cli import main

if __name__ == "__main__":
    main()
