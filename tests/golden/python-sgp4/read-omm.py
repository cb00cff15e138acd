"""Reads omm.xml with python-sgp4's own reader of such messages and writes down the fields it saw."""
import json

from sgp4 import omm

with open('omm.xml', 'rb') as file:
    json.dump(list(omm.parse_xml(file)), open('omm.read.json', 'w'), indent=1, ensure_ascii=False)
