"""From a crash to a report: pure, bytes and facts in, facts out.

The way through the room::

    evidence            what was kept; the input
    decode, dump        a dump as memory by device address; prstatus, core_file: registers as notes
    machine, extents    which kind of core; where its code and data lie
    found_registers     registers from every source: registers_text, fatal_text, kernel_words, exception_frames,
                        threads, last_call, handler_exit, fault_variables
    symbols, dwarf      functions, lines, variables of a firmware file; symbol_table without debug information
    backtrace           the chain of calls: caller, exception_return, trap_return, stack_scan
    fault               what went wrong, in words: status_bits, trap_causes, abort_status, address_meaning
    firmware_match      whether the firmware file is the one that ran
    examine             all of it: from `Evidence` to `CrashReport`
    report_json, report_text, report_markdown   ways of showing a report
"""
