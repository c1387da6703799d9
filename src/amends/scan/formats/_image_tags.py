"""Names of tags (TIFF 6.0, Exif 3.0 chapter 4.6, DNG 1.7), and those that say only how the pixels lie."""

from __future__ import annotations

from typing import Final

NAMES: Final[dict[int, str]] = {
    0x010D: "DocumentName", 0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x011D: "PageName",
    0x0131: "Software", 0x0132: "DateTime", 0x013B: "Artist", 0x013C: "HostComputer", 0x0151: "TargetPrinter",
    0x8298: "Copyright", 0x829A: "ExposureTime", 0x829D: "FNumber", 0x8822: "ExposureProgram", 0x8827: "ISOSpeed",
    0x8830: "SensitivityType", 0x9003: "DateTimeOriginal", 0x9004: "DateTimeDigitized", 0x9010: "OffsetTime",
    0x9011: "OffsetTimeOriginal", 0x9012: "OffsetTimeDigitized", 0x920A: "FocalLength", 0x9286: "UserComment",
    0x9290: "SubSecTime", 0x9291: "SubSecTimeOriginal", 0x9292: "SubSecTimeDigitized", 0x9C9B: "XPTitle",
    0x9C9C: "XPComment", 0x9C9D: "XPAuthor", 0x9C9E: "XPKeywords", 0x9C9F: "XPSubject", 0xA004: "RelatedSoundFile",
    0xA40B: "DeviceSettingDescription", 0xA420: "ImageUniqueID", 0xA430: "CameraOwnerName", 0xA431: "BodySerialNumber",
    0xA432: "LensSpecification", 0xA433: "LensMake", 0xA434: "LensModel", 0xA435: "LensSerialNumber",
    0xA436: "ImageTitle", 0xA437: "Photographer", 0xA438: "ImageEditor", 0xA439: "CameraFirmware",
    0xA43A: "RAWDevelopingSoftware", 0xA43B: "ImageEditingSoftware", 0xA43C: "MetadataEditingSoftware",
    0xC614: "UniqueCameraModel", 0xC62F: "CameraSerialNumber", 0xC68B: "OriginalRawFileName", 0xC4A5: "PrintIM",
    0xA480: "GDALMetadata", 0xA481: "GDALNoData",
}  # fmt: skip
GPS_NAMES: Final[dict[int, str]] = {
    0: "GPSVersionID", 1: "GPSLatitudeRef", 2: "GPSLatitude", 3: "GPSLongitudeRef", 4: "GPSLongitude",
    5: "GPSAltitudeRef", 6: "GPSAltitude", 7: "GPSTimeStamp", 8: "GPSSatellites", 16: "GPSImgDirectionRef",
    17: "GPSImgDirection", 18: "GPSMapDatum", 19: "GPSDestLatitudeRef", 20: "GPSDestLatitude",
    21: "GPSDestLongitudeRef", 22: "GPSDestLongitude", 27: "GPSProcessingMethod", 28: "GPSAreaInformation",
    29: "GPSDateStamp", 31: "GPSHPositioningError",
}  # fmt: skip
PIXELS: Final = frozenset(
    {
        0xFE, 0xFF, 0x100, 0x101, 0x102, 0x103, 0x106, 0x107, 0x108, 0x109, 0x10A, 0x111, 0x112, 0x115, 0x116, 0x117,
        0x118, 0x119, 0x11A, 0x11B, 0x11C, 0x120, 0x121, 0x122, 0x123, 0x124, 0x125, 0x128, 0x12D, 0x13D, 0x13E, 0x13F,
        0x140, 0x141, 0x142, 0x143, 0x144, 0x145, 0x14A, 0x152, 0x153, 0x15B, 0x200, 0x201, 0x202, 0x207, 0x208, 0x209,
        0x211, 0x212, 0x213, 0x214, 0x8769, 0x8825, 0xA005, 0x9101, 0x9102, 0x9000, 0xA000, 0xA001, 0xA002, 0xA003,
        0xA302, 0x828D, 0x828E,
    }
)  # fmt: skip
WIDE: Final = frozenset({0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F})
CODED: Final = frozenset({0x9286, 0x1001B, 0x1001C})
"""Texts behind eight bytes that name their encoding; those of the GPS directory are counted from 0x10000."""
