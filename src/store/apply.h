/* What each type of event does to the tables. A rule is a list of statements whose parameters say by their names where the
 * value comes from:
 *
 *   :event_seq, :event_at, :event_invoice   the event's own
 *   :data_X                                 member X of its data, a text or an integer
 *   :when_X                                 member X of its data, an instant
 *   :side_X                                 member X of its side record; NULL once erased
 *
 * Any other name is bound by the rule's own function. Private to the store: apply.c and the rules' files.
 */
#ifndef STORE_APPLY_H
#define STORE_APPLY_H

#include "audit/event.h"
#include "store/sql.h"

typedef struct {
	const char *sql;
	const char *refusal; /* what it means that no row was found, written, or allowed; NULL: no row is fine */
} ApplyStep;

#define APPLY_STEPS 4
typedef struct {
	const char *type;
	const char *object; /* the member of data that names what the event is about; NULL: the invoice */
	ApplyStep steps[APPLY_STEPS];
	gboolean (*more)(Sql *sql, const Event *event, GError **error); /* after the steps: what they cannot say; may be NULL */
} ApplyRule;

/* Ended by a rule without a type. */
extern const ApplyRule apply_invoice_rules[];
extern const ApplyRule apply_approval_rules[];
extern const ApplyRule apply_message_rules[];
extern const ApplyRule apply_received_rules[];
extern const ApplyRule apply_invite_rules[];
extern const ApplyRule apply_absence_rules[];
extern const ApplyRule apply_sighting_rules[];
extern const ApplyRule apply_outage_rules[];
extern const ApplyRule apply_thanks_rules[];
extern const ApplyRule apply_policy_rules[];

/* ERROR_INVALID: no such type, or a member lacks; ERROR_CONFLICT: the tables refuse it. */
gboolean apply_event(Sql *sql, const Event *event, GError **error);

/* One step; ERROR_CONFLICT with its refusal where no row came of it. */
gboolean apply_step(Sql *sql, const Event *event, const ApplyStep *step, GError **error);

/* The statement with every parameter bound whose name says from where. */
SqlStatement *apply_prepare(Sql *sql, const Event *event, const char *text, GError **error);

/* The step, which has :member, for each text of that list. */
gboolean apply_each(Sql *sql, const Event *event, const char *list, const ApplyStep *step, GError **error);

/* What an event about an approval, its reminders or its messages means for the entries in calendars (apply_invite.c): an entry is owed to a person; it is not, after
 * all; the deadline moved; nobody has anything left to do; that person has not; a message will not go. */
gboolean apply_invite_owed(Sql *sql, const Event *event, GError **error);
gboolean apply_invite_dropped(Sql *sql, const Event *event, GError **error);
gboolean apply_invite_moved(Sql *sql, const Event *event, GError **error);
gboolean apply_invite_ended(Sql *sql, const Event *event, GError **error);
gboolean apply_invite_left(Sql *sql, const Event *event, GError **error);
gboolean apply_invite_withdrawn(Sql *sql, const Event *event, GError **error);

/* stage.closed: whom it says are owed word of it; a message of kind "done" tells what it speaks of. */
gboolean apply_thanks_owed(Sql *sql, const Event *event, GError **error);
gboolean apply_thanks_told(Sql *sql, const Event *event, GError **error);

/* Runs what apply_prepare gave, once its own parameters are bound too. */
gboolean apply_run(SqlStatement *statement, const char *refusal, GError **error);

#endif
