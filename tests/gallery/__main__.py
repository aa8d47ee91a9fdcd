"""``python -m tests.gallery``: a page with every journey, mail and SMS of the library, as recipients see them.

``python -m tests.gallery --pictures birthday`` adds photographs of the mails named (of all, if none is).
"""

import argparse
from pathlib import Path

from infra.local.gallery.journeys import journeys
from infra.local.gallery.mails import mails, texts
from infra.local.gallery.page import write_page
from tests.browser.chromium import chromium
from tests.gallery.pictures import contact_sheet, photographed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.gallery", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these templates")
    parser.add_argument("--to", type=Path, default=Path(".local/gallery"), help="the folder to write to")
    parser.add_argument("--pictures", action="store_true", help="photograph the mails with Chromium as well")
    parser.add_argument("--sheets", action="store_true", help="only contact sheets of these pictures, to look through")
    given = parser.parse_args()
    shown = list(mails(only=given.names))
    drawn = [one for one in journeys() if not given.names or one.name in given.names]
    print(write_page(shown, list(texts(only=given.names)), drawn, given.to))
    if given.pictures or given.sheets:
        with chromium() as browser:
            pictures = list(photographed(browser, shown, given.to / "pictures"))
            for picture in pictures:
                for words in picture.too_wide:
                    print(f"{picture.path.name}: too wide: {words}")
            if given.sheets:
                sheets = [[p.path for p in pictures if p.shown.name == name] for name in {s.name: 0 for s in shown}]
                for number in range(0, len(sheets), 2):
                    wanted = [path for sheet in sheets[number : number + 2] for path in sheet]
                    contact_sheet(browser, wanted, given.to / f"sheet-{number // 2:02}.png", across=8)


if __name__ == "__main__":
    main()
