"""
Lines out of the slices of a stream that the host passes.

The host passes everything that is not consumed yet, again and again, and never says that there is no more. So where
a slice ends within a line, that line may go on or not:

- Lines before it are given, and what there is of it is left to the host, which passes it again with more.
- Where nothing is before it, the answer is `incomplete`, for which the host reads more. If there is no more, the host
  drops a byte (in strict runs Hotplug drops none) and passes the rest. A slice that is no longer than the one before
  says therefore: that was all, make a row of it. It is also how a line goes on that is longer than the host's buffer:
  as several rows, with nothing lost.
- The byte that is dropped must not be one of the line. The newline in front of the line is left to the host with it,
  so that it is that one. Only the first line of an input has none: its first byte is remembered and put back. (A
  last byte that is passed alone is beyond help: nothing is left to be passed.)
"""

# A line without its newline, and how many bytes the host is to take away for it.
Line = tuple[bytes, int]


class Lines:
    """Where the last slice left off."""

    def __init__(self) -> None:
        # The next slice begins with a newline that ends a line which was given already.
        self._after_newline = False
        # The last answer was `incomplete`: its slice's length, and its first byte.
        self._asked = 0
        self._first = b""

    def split(self, data: bytes) -> list[Line] | None:
        """The lines of a slice; None where it is incomplete."""
        asked, self._asked = self._asked, 0
        if 0 < asked and len(data) <= asked:
            return [self._last(data, dropped=len(data) < asked)]
        # What follows the last newline is no line yet.
        *texts, rest = data[1 if self._after_newline else 0 :].split(b"\n")
        if not texts:
            self._asked, self._first = len(data), data[:1]
            return None
        lines = [(text, len(text) + 1) for text in texts]
        if self._after_newline:
            lines[0] = (texts[0], len(texts[0]) + 2)
        # An answer that consumes nothing would be asked for again and again.
        self._after_newline = rest != b"" and len(data) - len(rest) > 1
        if self._after_newline:
            text, consumed = lines[-1]
            lines[-1] = (text, consumed - 1)
        return lines

    def _last(self, data: bytes, dropped: bool) -> Line:
        """What is left at the end of the input, or of the host's buffer."""
        after_newline, self._after_newline = self._after_newline, False
        if after_newline and not dropped:
            return (data[1:], len(data))
        return (self._first + data if dropped and not after_newline else data, len(data))
