"""`python -m netlift` is the `netlift` command."""

from netlift.cli import main

if __name__ == "__main__":
    main()
