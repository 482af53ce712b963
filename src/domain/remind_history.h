/* What has become of an approval's reminders so far, kept so that a decision need not read all of it again: built once from the record, or
 * kept on and on by a rehearsal. */
#ifndef DOMAIN_REMIND_HISTORY_H
#define DOMAIN_REMIND_HISTORY_H

#include "domain/reminder.h"

typedef struct RemindHistory RemindHistory;

RemindHistory *remind_history_new(void);
void remind_history_free(RemindHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemindHistory, remind_history_free)

/* Takes note of a reminder, which is copied. The newest of an occurrence, person and channel stands: one that was planned is settled; one that
 * was claimed last and is planned again (its mail waits for another day) was not sent. */
void remind_history_add(RemindHistory *history, const Reminder *reminder);

/* The occurrence's action has been carried out, or there was nobody to carry it out with. */
void remind_history_acted(RemindHistory *history, const char *rung, guint occurrence);

/* What is planned, in the order in which it was added: GArray of Reminder, borrowed; anything added changes it. */
const GArray *remind_history_planned(const RemindHistory *history);

/* TRUE once anything was recorded of the occurrence, for anybody; the first one of which nothing was, all before having something. */
gboolean remind_history_touched(const RemindHistory *history, const char *rung, guint occurrence);
guint remind_history_first_untouched(const RemindHistory *history, const char *rung);

/* The same of one person. */
gboolean remind_history_reached(const RemindHistory *history, const char *person, const char *rung, guint occurrence);
guint remind_history_first_unreached(const RemindHistory *history, const char *person, const char *rung);

/* The same of actions. */
gboolean remind_history_has_acted(const RemindHistory *history, const char *rung, guint occurrence);
guint remind_history_first_unacted(const RemindHistory *history, const char *rung);

/* The highest tone of what was sent to somebody, by mail or over a channel; FALSE where nothing was. */
gboolean remind_history_tone(const RemindHistory *history, const char *person, Tone *tone);

/* What is recorded of somebody's invites: nothing, one that is planned or was not sent, one that was sent. */
typedef enum { INVITED_NOT, INVITED_RECORDED, INVITED_SENT } Invited;
Invited remind_history_invited(const RemindHistory *history, const char *person);

/* TRUE once an invite was sent, or would have been. */
gboolean remind_history_invites_began(const RemindHistory *history);

/* What an expression, repeated, was worked out to; kept for the two occurrences asked for last of each place in a ladder. */
typedef struct {
	const Calendar *calendar;
	TimeExpression at;
	Span every;
	gint64 anchor;
	guint occurrence;
	gint64 result;
} WorkedOut;
WorkedOut *remind_history_worked_out(const RemindHistory *history, guint place, guint occurrence);

#endif
