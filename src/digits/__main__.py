"""`python -m digits`: the same as the command `digits`."""

from digits.cli.main import main

if __name__ == "__main__":
    main()
