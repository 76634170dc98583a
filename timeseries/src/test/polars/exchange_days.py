"""Writes weekdays without trading, and short days, as exchange_calendars has them from 2000 to 2030.

Usage: python exchange_days.py > ../resources/io/polaroid/timeseries/calendar/exchange_days.txt
Needs exchange_calendars 4.13.2. A line is: calendar, date, and "closed" or the time it closes.
"""

import exchange_calendars
import pandas

NAMES = {"XNYS": "XNYS", "XLON": "XLON", "XETR": "XETR", "XCME": "CMES"}


def main() -> None:
    """Writes the days."""
    print(
        f"# exchange_calendars {exchange_calendars.__version__}, src/test/polars/exchange_days.py"
    )
    for ours, theirs in NAMES.items():
        calendar = exchange_calendars.get_calendar(
            theirs, start="2000-01-01", end="2030-12-31"
        )
        sessions = set(calendar.sessions)
        early = set(calendar.early_closes)
        for day in pandas.date_range("2000-01-01", "2030-12-31", freq="B"):
            if day not in sessions:
                print(ours, day.date(), "closed")
            elif day in early:
                close = calendar.closes[day].tz_convert(calendar.tz)
                print(ours, day.date(), close.strftime("%H:%M"))


if __name__ == "__main__":
    main()
