"""What else reads front matter into tables: MarkdownDB and gray-matter, from npm, where npm is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import frontmatter
import yaml

PACKAGES = ("mddb", "gray-matter")
GRAY_MATTER = """
const fs = require('fs'), path = require('path'), matter = require('gray-matter');
let fields = 0, failed = 0;
for (const name of fs.readdirSync(process.argv[2], { recursive: true })) {
  if (!name.endsWith('.md')) continue;
  try {
    const text = fs.readFileSync(path.join(process.argv[2], name), 'utf8');
    fields += Object.keys(matter(text).data).length;
  } catch { failed += 1; }
}
console.log(fields, failed);
"""


def sound_copy(raw: Path, copy: Path) -> Path:
    """A copy of the records without those whose YAML is broken, at which MarkdownDB ends."""
    for path in raw.rglob("*.md"):
        try:
            frontmatter.load(str(path))
        except (yaml.YAMLError, ValueError):
            continue
        target = copy / path.relative_to(raw)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return copy


def peers(home: Path, raw: Path) -> dict[str, Sequence[str]]:
    """The command of each peer that can be installed here; MarkdownDB writes SQLite into `home`."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return {}
    home.mkdir(parents=True)
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home)]
    if subprocess.run([*install, *PACKAGES], capture_output=True, check=False).returncode:
        return {}
    records = sound_copy(raw, home / "records")
    script = home / "gray.cjs"
    script.write_text(GRAY_MATTER, encoding="utf-8")
    mddb = home / "node_modules" / "mddb" / "dist" / "src" / "bin" / "index.js"
    return {
        "MarkdownDB, without the broken files": [
            "sh",
            "-c",
            'cd "$0" && exec "$1" "$2" "$3"',
            str(home),
            node,
        ]
        + [str(mddb), str(records)],
        "gray-matter, parsing only, without the broken files": [node, str(script), str(records)],
    }
