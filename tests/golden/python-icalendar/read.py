"""Reads plan.ics with python-icalendar and writes down what it saw."""
import json

from icalendar import Calendar

calendar = Calendar.from_ical(open('plan.ics', 'rb').read())
assert calendar['VERSION'] == '2.0' and calendar['METHOD'] == 'PUBLISH'
events = []
for event in calendar.walk('VEVENT'):
    assert not event.errors, event.errors
    assert event['DTSTAMP'].dt.utcoffset().total_seconds() == 0
    events.append({
        'uid': str(event['UID']), 'sequence': int(event['SEQUENCE']), 'status': str(event['STATUS']),
        'start': event['DTSTART'].dt.isoformat(), 'end': event['DTEND'].dt.isoformat(),
        'summary': str(event['SUMMARY']), 'description': str(event['DESCRIPTION']), 'location': str(event['LOCATION']),
    })
json.dump(events, open('plan.read.json', 'w'), indent=1, ensure_ascii=False)
