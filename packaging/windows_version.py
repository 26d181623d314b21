"""What Windows shows of the program under Properties, Details: PyInstaller's version resource."""

FIELDS = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004,
                    fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("ProductName", "Safelight"),
      StringStruct("FileDescription", "Safelight, a local darkroom for pictures"),
      StringStruct("InternalName", "Safelight"),
      StringStruct("OriginalFilename", "Safelight.exe"),
      StringStruct("CompanyName", "The Safelight contributors"),
      StringStruct("LegalCopyright", "MIT licence"),
      StringStruct("ProductVersion", "{version}"),
      StringStruct("FileVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def version_text(version: str) -> str:
    """The resource for a version such as "0.1.0", in the text form that PyInstaller reads."""
    numbers = tuple((*(int(part) for part in version.split(".")), 0, 0, 0, 0)[:4])
    return FIELDS.format(numbers=numbers, version=version)
