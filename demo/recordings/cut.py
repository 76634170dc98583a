#!/usr/bin/env python3
"""Cuts a recording of hftbacktest down to trades and best quotes, in the format of ReplayServer.

usage: cut.py SOURCE.gz TARGET.txt.gz

Lines are copied as they are; what is not a trade or bookTicker message is left out. The same source
gives the same bytes: the gzip header carries neither a time nor a name.
"""

import gzip
import json
import sys

HEADER = {
    "origin": "nkaz001/hftbacktest@5f3ec40b2afb",
    "licence": "MIT",
    "time": ["/data/T", "/data/E"],
    "id": ["/data/t", "/data/u"],
}


def kept(message: bytes) -> bool:
    document = json.loads(message)
    return document.get("stream", "").partition("@")[2] in ("trade", "bookTicker")


def main(source: str, target: str) -> None:
    count = 0
    with gzip.open(source, "rb") as lines, open(target, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as out:
            out.write(b"# " + json.dumps(HEADER, separators=(",", ":")).encode() + b"\n")
            for line in lines:
                line = line.rstrip(b"\r\n")
                if kept(line.partition(b" ")[2]):
                    out.write(line + b"\n")
                    count += 1
    print(f"{target}: {count} messages")


if __name__ == "__main__":
    main(*sys.argv[1:])
