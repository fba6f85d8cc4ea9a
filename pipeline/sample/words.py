"""The word lists of the sample: invented places, bodies, topics and sentence forms.

No place, outlet or person here exists. Forms are filled with `str.format`; their fields are
those of `story.Story` (`body`, `place`, `thing`) and the words drawn for one article.
"""

from __future__ import annotations

PLACES = (
    "Tarnwick", "Quillmoor", "Brindleford", "Marrowby", "Fennick Bay", "Ellowdale", "Skarholt",
    "Wexmere", "Duskvale", "Larkenshaw", "Orrinport", "Vantry", "Caldermoss", "Pellamere",
    "Åmberö", "Žaltava", "São Valdo", "Üllersund", "Côte-Merel", "Nøstvik",
)  # fmt: skip
REGIONS = ("N.O.", "W.M.", "Osterland", "S.V.", "Low Isles")
BODIES = (
    "Harbor Board", "City Council", "Water Trust", "Rail Office", "Growers' Union", "School Board",
    "Fire Service", "Polytechnic", "Energy Co-op", "Museum Guild", "Port Authority", "Housing Fund",
)  # fmt: skip
PEOPLE = (
    "Ada Verrin", "Jonas Quell", "Mirela Dost", "Tobin Ashgrave", "Soraya Linde", "Pál Ördögh",
    "Ines Marlow", "Kofi Brennick", "Yara Holt", "Søren Vabe", "Lucía Barros", "Emre Talwin",
)  # fmt: skip

FIELDS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Energy", ("Tidal Power", "Grid Storage", "Heat Pumps", "Rooftop Solar", "Peat Batteries"),
     ("tidal turbine", "battery hall", "heat pump grant", "solar roof rule", "peat cell")),
    ("Transport", ("Night Ferries", "Cargo Bikes", "Airships", "Sleeper Trains", "Tram Revival"),
     ("night ferry", "cargo bike lane", "airship mast", "sleeper train", "tram line")),
    ("Farming", ("Kelp Farming", "Robot Orchards", "Moss Roofs", "Seed Libraries", "Soil Sensors"),
     ("kelp farm", "orchard robot", "moss roof", "seed library", "soil sensor")),
    ("Computing", ("Paper Chips", "Voice Maps", "Open Registers", "Quiet Servers", "AI & Archives"),
     ("paper chip", "voice map", "open register", "server hall", "archive scanner")),
    ("Health", ("Pollen Alerts", "Sleep Clinics", "Walking Wards", "Clean Air", "School Meals"),
     ("pollen alert", "sleep clinic", "walking ward", "clean air zone", "school meal plan")),
    ("Culture", ("Clock Towers", "Puppet Theatre", "Café Stages", "Folk Archives", "Kite Festival"),
     ("clock tower", "puppet theatre", "café stage", "folk archive", "kite festival")),
)  # fmt: skip
"""Name of a field, its topics, and the things its stories are about."""

VERBS = (
    "halts", "approves", "delays", "defends", "expands", "reviews", "rejects", "funds", "tests",
    "unveils", "postpones", "revives", "sells", "audits", "doubles", "cuts", "opens", "renames",
)  # fmt: skip
DETAILS = (
    "after winter trial", "despite protests", "for a second year", "amid rising costs",
    "ahead of vote", "as deadline nears", "following audit", "in surprise move",
    "with 40+ partners", "to save 2.5 million crowns", "before the storm season", "on budget day",
    "after residents' petition", "under new rules", "for the first time since 2009",
    "while rivals wait", "in three districts", "without public debate", "at half the price",
    "until spring",
)  # fmt: skip
TITLE_FORMS = (
    "{place} {body} {verb} {thing} plan {detail}",
    "{body} {verb} {place} {thing} {detail}",
    "{thing}: {place} {body} {verb} scheme {detail}",
    "Why the {place} {body} {verb} its {thing} {detail}",
    "{person}: “{place} {verb} the {thing} {detail}”",
    "How {place}’s {thing} {verb} a quiet habit {detail}",
    "{detail}, {body} {verb} {thing} in {place}",
    "What to expect as {place} {verb} {thing} {detail}",
    "{place} {verb} {thing} {detail}, {person} says",
    "Is the {thing} worth it? {place} {body} {verb} it {detail}",
)
EXCERPT_FORMS = (
    "The {place} {body} said the {thing} would stay closed {detail}, and that {person} is to report"
    " within {count} weeks ...",
    "{person} told reporters that {count} households had signed up for the {thing} {detail}.",
    "{place} — The {body} {verb} a {thing} {detail}. The decision affects {count} people and costs"
    " ${count},000 a year, six months after it was first proposed by {person} ...",
    "It was meant to last {count} days. Now the {thing} in {place} divides the town {detail}.",
    'A report calls the {thing} "not fit" for {place}; the {body} disagrees and points to {count}'
    " earlier trials {detail}.",
)
SENTENCES = (
    "The {body} {verb} the {thing} {detail}, according to minutes of a meeting held in {place}.",
    "“We listened to {count} people, and this is what they asked for,” {person} said.",
    '"Nobody in {place} expected the {thing} to come this far," {person} told the meeting.',
    "About {count} residents wrote to the {body}, most of them against the {thing}.",
    "{person}, who has chaired the {body} for {count} months, declined to comment {detail}.",
    "A first trial of the {thing} ended early, and a second is planned {detail}.",
    "The cost is put at {count},000 crowns, a third of it paid by the region.",
)
SECTIONS = ("Local News", "Business", "Region", "Science & Nature", "Town Hall", "Weekend")
