"""The names the switch sends with a dialplan request (`enable-post-var`), and nothing else.

The configuration of the switch lists them, the dialplan server reads them: one list, so that neither can
ask for what the other does not have. The switch always adds hostname, section, tag_name, key_name, key_value.
"""

from __future__ import annotations

DIALPLAN_FIELDS: tuple[str, ...] = (
    "FreeSWITCH-Switchname",
    "Unique-ID",
    "Answer-State",
    "Hunt-Destination-Number",
    "Hunt-Context",
    "Hunt-Caller-ID-Number",
    "Hunt-Caller-ID-Name",
    "Hunt-Network-Addr",
    "variable_domain_name",
    "variable_sip_authorized",
    "variable_sip_req_host",
    "variable_originate_causes",
    "variable_last_bridge_proto_specific_hangup_cause",
    "variable_relais_call",
    "variable_relais_company",
    "variable_relais_revision",
    "variable_relais_entry",
    "variable_relais_segment",
    "variable_relais_hops",
    "variable_relais_step",
    "variable_relais_place",
    "variable_relais_route",
    "variable_relais_started",
    "variable_relais_legs",
    "variable_relais_rule",
    "variable_relais_owner",
    "variable_relais_placed",
    "variable_relais_device",
    "variable_relais_leg",
    "variable_relais_peer",
    "variable_relais_digits",
    "variable_relais_outcome",
)
