"""What Safelight did, in a picture's XMP: one property among whatever else the packet says.

It is written as an element of a description of its own. Other programs that change a packet write
it anew, some with the property as an attribute, or among theirs: it is found there as well.
"""

import re
from html import unescape
from xml.sax.saxutils import escape

NAMESPACE = "urn:safelight:steps"
LONGEST = 45_000  # bytes of steps
PACKET_ROOM = 64_000  # bytes of steps and of what else a packet holds: a JPEG has no more for both
ELEMENT = rb"<safelight:steps>(.*?)</safelight:steps>\s*"
ATTRIBUTE = rb"\s+safelight:steps=(?:\"([^\"]*)\"|'([^']*)')"
OURS = re.compile(
    rb"<rdf:Description[^>]*xmlns:safelight=[^>]*>\s*"
    + ELEMENT
    + rb"</rdf:Description>\s*|"
    + ELEMENT
    + b"|"
    + ATTRIBUTE,
    re.DOTALL,
)
END = b"</rdf:RDF>"
PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    "</rdf:RDF></x:xmpmeta>\n"
    '<?xpacket end="w"?>'
).encode()


def with_steps(packet: bytes | None, text: str) -> bytes | None:
    """The packet, or a new one, that also says `text`; unchanged where it cannot be added to."""
    base = without_steps(packet) if packet else PACKET
    if base is None or END not in base:
        return packet
    said = (
        f'<rdf:Description rdf:about="" xmlns:safelight="{NAMESPACE}">'
        f"<safelight:steps>{escape(text)}</safelight:steps></rdf:Description>"
    )
    head, _, tail = base.rpartition(END)
    return head + said.encode() + END + tail


def without_steps(packet: bytes | None) -> bytes | None:
    """The packet without what an earlier run said."""
    return OURS.sub(b"", packet) if packet else packet


def steps(packet: bytes | None) -> str | None:
    """What `with_steps` wrote, or None."""
    match = OURS.search(packet) if packet else None
    if match is None:
        return None
    said: bytes = next(group for group in match.groups() if group is not None)
    return unescape(said.decode("utf-8", "replace"))
