"""``python -m tests.security``: known vulnerabilities and secrets. Exit code 1 when something is to be done."""

import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from tests.security import accepted, advisories, secret_scan

_SCANNERS = 2


def main() -> int:
    known = accepted.read()
    files = secret_scan.files()
    with ProcessPoolExecutor(_SCANNERS + 1) as pool:
        audit = pool.submit(advisories.audit, advisories.locks())
        scans = pool.map(secret_scan.scan, [files[start::_SCANNERS] for start in range(_SCANNERS)])
        problems = secret_scan.judged([one for found in scans for one in found], known.values)
        try:
            report = advisories.report(audit.result(), known.advisories, date.today())
            problems += report.problems
            remarks = report.remarks
        except advisories.AuditBroken as error:
            problems.append(str(error))
            remarks = []
    for remark in remarks:
        print(remark)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
