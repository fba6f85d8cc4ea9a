"""Placeholders in the defaults of a configuration: what replaces them, and which are empty."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.transform.file_names import DATED_NAME, folder_and_slug

_PLACE = re.compile(r"\{(\w+)\}")
_FOLDERS = ("folder", "page")
"""Those that are empty at the top of an archive: there the slash after them goes, too."""
_INDICES = ("index", "_index")


def has_placeholders(template: str) -> bool:
    """Whether a default is another one for each file."""
    return _PLACE.search(template) is not None


def placeholders(source_path: str) -> dict[str, str | None]:
    """What a default may say of a file: by name the parts of its path; None where it lacks one."""
    collection, slug = folder_and_slug(source_path)
    folder, _, name = source_path.rpartition("/")
    dated = DATED_NAME.match(name)
    year, month, day = dated.groups() if dated else (None, None, None)
    date = "-".join(dated.groups()) if dated else None
    path = {"path": source_path, "folder": folder, "collection": collection, "slug": slug}
    path["page"] = _page(folder, name.rpartition(".")[0] or name)
    return path | {"date": date, "year": year, "month": month, "day": day}


def _page(folder: str, stem: str) -> str:
    """The path without the ending of the file; of the index of a folder that of the folder."""
    if stem in _INDICES:
        return folder
    return f"{folder}/{stem}" if folder else stem


def filled(template: str, values: Mapping[str, str | None]) -> str | None:
    """A default with its placeholders replaced; None where one of them is empty."""
    if empty_placeholders(template, values):
        return None
    return _PLACE.sub(
        lambda found: values[found[1]] or "", _without_empty_folders(template, values)
    )


def empty_placeholders(template: str, values: Mapping[str, str | None]) -> list[str]:
    """The placeholders for which a default cannot be filled."""
    places = _PLACE.findall(_without_empty_folders(template, values))
    return [place for place in dict.fromkeys(places) if not values.get(place)]


def _without_empty_folders(template: str, values: Mapping[str, str | None]) -> str:
    for each in _FOLDERS:
        if not values.get(each):
            template = template.replace(f"{{{each}}}/", "")
    return template
