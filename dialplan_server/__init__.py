"""Answers mod_xml_curl: the dialplan of each call, the directory of each phone."""
