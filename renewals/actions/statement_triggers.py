"""A trigger that runs once after a statement, on the rows it changed as they were and as they are."""

import pgtrigger

OLD, NEW = "old_values", "new_values"


def after_statement(name: str, operation: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    """Return the trigger; `func` reads the tables OLD and NEW, of which an insert and a delete have one."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(
            old=None if operation == pgtrigger.Insert else OLD,
            new=None if operation == pgtrigger.Delete else NEW,
        ),
        func=func,
    )
