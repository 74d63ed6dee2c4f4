"""Contractual notices: which duty exists, in which days it is done, where it stands, when silence escalates.

Rules are data (a contract's clause or a jurisdiction pack); nothing here is legal advice, reads a clock or sends.
"""
