"""What Safelight did, in a picture's XMP: one property among whatever else the packet says."""

import re
from xml.sax.saxutils import escape, unescape

NAMESPACE = "urn:safelight:steps"
LONGEST = 45_000  # bytes; with what else a packet holds it must fit into a JPEG's 64 kB
OURS = re.compile(
    rb"<rdf:Description[^>]*xmlns:safelight=[^>]*>\s*<safelight:steps>(.*?)</safelight:steps>"
    rb"\s*</rdf:Description>\s*",
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
    return unescape(match[1].decode("utf-8", "replace")) if match else None
