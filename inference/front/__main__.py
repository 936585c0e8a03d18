"""``gouji`` and ``python -m gouji``."""


def main() -> None:
    """Run the command line."""
    from gouji.inference.cli import app

    app()


if __name__ == "__main__":
    main()
