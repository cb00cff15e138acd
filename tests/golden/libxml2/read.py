"""Reads oem.xml and simple-schedule.xml with libxml2 (lxml) and writes down what it saw."""
import json

from lxml import etree


def strict(path):
    return etree.parse(path, etree.XMLParser(resolve_entities=False, recover=False)).getroot()


def pairs(node):
    return [[child.tag, child.text] for child in node]


oem = strict('oem.xml')
assert [child.tag for child in oem] == ['header', 'body']
segments = []
for segment in oem.find('body'):
    assert segment.tag == 'segment' and [child.tag for child in segment] == ['metadata', 'data']
    data = segment.find('data')
    vectors = [node for node in data if node.tag == 'stateVector']
    assert {node.tag for node in data} <= {'COMMENT', 'stateVector'}
    for node in vectors:
        assert [child.tag for child in node] == ['EPOCH', 'X', 'Y', 'Z', 'X_DOT', 'Y_DOT', 'Z_DOT']
    segments.append({
        'metadata': pairs(segment.find('metadata')), 'comments': [node.text for node in data if node.tag == 'COMMENT'],
        'rows': [[child.text for child in node] for node in vectors],
        'units': [[child.get('units') for child in node if child.tag != 'EPOCH'] for node in vectors],
    })
json.dump({'root': {'tag': oem.tag, **oem.attrib}, 'header': pairs(oem.find('header')), 'segments': segments},
          open('oem.read.json', 'w'), indent=0)


def tree(node):
    found = dict(node.attrib)
    for child in node:
        assert not (child.text or '').strip() and not (child.tail or '').strip()
        found.setdefault(etree.QName(child).localname, []).append(tree(child))
    return found


schedule = strict('simple-schedule.xml')
json.dump({'tag': schedule.tag, **tree(schedule)}, open('simple-schedule.read.json', 'w'), indent=1)
