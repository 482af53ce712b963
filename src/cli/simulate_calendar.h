/* What a rehearsal tells, for people: day by day, a person at a time; then what it comes to; then what another policy changes. */
#ifndef CLI_SIMULATE_CALENDAR_H
#define CLI_SIMULATE_CALENDAR_H

#include "rehearse/foretold_change.h"
#include "rehearse/rehearsing.h"

typedef struct SimulateCalendar SimulateCalendar;

SimulateCalendar *simulate_calendar_new(const Rehearsing *rehearsing);
void simulate_calendar_free(SimulateCalendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimulateCalendar, simulate_calendar_free)

/* In the order in which the rehearsal tells; a day is printed when it is over. */
void simulate_calendar_take(SimulateCalendar *calendar, const Rehearsed *rehearsed);
void simulate_calendar_end(SimulateCalendar *calendar);

void simulate_print_totals(const Rehearsing *rehearsing, const ForetoldTotals *totals);

/* From what the policy in force would send to what the other would. */
void simulate_print_changes(const ForetoldTotals *before, const ForetoldTotals *after, const GArray *changes);

#endif
