"""`python -m pipeline` is `newsloom`."""

from pipeline.cli.verbs import main

if __name__ == "__main__":
    main(prog_name="newsloom")
