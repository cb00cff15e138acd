"""A tag batch written by other hands: Python's struct and zlib, from the description in docs/stations.md alone.

Usage: python3 write_batches.py > batches.json
"""
import json
import struct
import zlib


def pack(values, width):
    """Numbers of `width` bits, first number first, low bit first, padded to whole 32-bit words."""
    word = sum((value & ((1 << width) - 1)) << (i * width) for i, value in enumerate(values))
    return word.to_bytes((len(values) * width + 31) // 32 * 4, "little")


def pad8(column):
    return column + bytes(-len(column) % 8)


def times(ticks, k):
    """One chunk of times: gaps from 0 with k bits of remainder; quotients must stay below 24."""
    gaps = [b - a for a, b in zip(ticks, ticks[1:])]
    position, bits = -1, 0
    for gap in gaps:
        position += (gap >> k) + 1
        assert gap >> k < 24
        bits |= 1 << position
    words = (position + 1 + 31) // 32
    chunk = b"TPR1" + struct.pack("<BBHIIIIdd", k, 0, 0, len(ticks), 0, words, 0, float(ticks[0]), 0.0)
    chunk += pad8(bits.to_bytes(4 * words, "little"))
    if k > 0:
        chunk += pad8(pack(gaps, min(k, 32)))
    if k > 32:
        chunk += pad8(pack([gap >> 32 for gap in gaps], k - 32))
    return chunk


def stream(ticks, k):
    if not ticks:
        return struct.pack("<I", 0)
    chunk = times(ticks, k)
    return struct.pack("<II", len(ticks), len(chunk)) + chunk


def batch(seq, t_utc_ns, pass_id, from_tick, to_tick, clicks, detector, beacon, pps):
    name = pass_id.encode("ascii")
    body = b"TPB1" + struct.pack("<IQqqB", seq, t_utc_ns, from_tick, to_tick, len(name)) + name
    body += stream(clicks, 20)
    if clicks:
        body += bytes([2]) + pack(detector, 2)
    body += stream(beacon, 27)
    body += stream(pps, 40)
    return body + struct.pack("<I", zlib.crc32(body))


CASES = [
    dict(seq=1, t_utc_ns=1536948842000000000, pass_id="2018-09-14-micius", from_tick=0, to_tick=100_000_000_000,
         clicks=[], detector=[], beacon=[], pps=[]),
    dict(seq=4711, t_utc_ns=1536948842100000000, pass_id="2018-09-14-micius", from_tick=100_000_000_000,
         to_tick=2_200_000_000_000,
         clicks=[100_000_000_000, 100_000_000_000, 100_000_070_707, 100_001_000_000, 100_003_000_001],
         detector=[0, 3, 1, 2, 2],
         beacon=[100_000_012_345 + 100_000_000 * i + (i * 7919) % 1000 for i in range(40)],
         pps=[1_000_000_000_017, 2_000_000_000_034]),
]

print(json.dumps([dict(case, hex=batch(**case).hex()) for case in CASES], indent=1))
