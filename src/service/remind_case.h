/* What the record holds about an approval's reminders, as the rules of domain/remind.h take it. */
#ifndef SERVICE_REMIND_CASE_H
#define SERVICE_REMIND_CASE_H

#include "domain/remind.h"
#include "service/approval_case.h"

/* The state that remind_decide() and remind_forecast() work on, without the recipients of the rungs; who is absent is so at `now`. */
typedef struct {
	RemindState state;
	GArray *asked;       /* of Asked */
	RemindHistory *history;
	GPtrArray *rungs;    /* of RungRecipients */
	GArray *since;       /* of gint64; NULL */
	GArray *acts_since;  /* of gint64; NULL */
	GPtrArray *beside;   /* of AskedRow: what `asked` borrows from */
	gint64 changes;      /* when an absence next begins or ends that may change who is reminded; INSTANT_NONE: none is known */
	const Policy *policy;
} RemindCase;
RemindCase *remind_case_load(Session *session, const ApprovalCase *about, gint64 now, GError **error);
void remind_case_free(RemindCase *remind_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemindCase, remind_case_free)

/* One record of it. `person`: by what name the recipient goes in the history, which borrows it. */
Reminder reminder_from_row(const ReminderRow *row, const char *person);

#endif
