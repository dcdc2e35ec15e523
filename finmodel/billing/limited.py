"""Start the reading process under its limits, which must stand before the libraries that read are loaded."""

import sys


def limit(memory_bytes: int) -> None:
    """Limit the memory of this process and forbid core dumps, which would hold rows of the file; where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit(int(sys.argv[1]))
    from finmodel.billing.reading import main

    main()
