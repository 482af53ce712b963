/* What an approval's deadline would be if it were worked out now. */
#include "service/moving.h"

#include "people/people.h"
#include "service/opening.h"

typedef struct {
	Session *session;
	const Policy *policy;
	const InvoiceRow *invoice;
	const Stage *stage;
	const GArray *held;
	const char *why;
	gint64 now;
} Moving;

static gboolean move_deadline(const Moving *moving, const Approval *approval, GError **error)
{
	Store *store = session_store(moving->session);
	g_autoptr(PersonRow) person = store_person(store, approval->person, error);
	if (!person)
		return FALSE;
	Calendar *calendar = people_calendar(moving->session, moving->policy, moving->invoice->administration, person->person);
	Anchors anchors = opening_anchors(moving->policy, moving->invoice, moving->held, calendar, approval->start);
	const Stage *stage = moving->stage;
	gint64 deadline = deadline_work_out(calendar, stage->within, stage->before, stage->at_least, &anchors);
	if (deadline == approval->deadline)
		return TRUE;
	Event *event = event_new("approval.moved", moving->now, NULL, moving->invoice->id);
	js_object_set_string(event->data, "approval", approval->id);
	js_object_set_instant(event->data, "deadline", deadline);
	js_object_set_string(event->data, "why", moving->why);
	return store_append(store, event, NULL, error);
}

gboolean moving_deadlines(Session *session, const char *id, const char *why, gint64 now, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(InvoiceRow) invoice = store_invoice(store, id, error);
	g_autoptr(GPtrArray) stages = invoice ? store_stages(store, id, error) : NULL;
	g_autoptr(GPtrArray) approvals = stages ? store_approvals(store, id, error) : NULL;
	g_autoptr(GArray) held = approvals ? store_holds(store, id, error) : NULL;
	const Policy *policy = held ? session_policy(session, NULL, error) : NULL;
	if (!policy)
		return FALSE;
	const Stage *stage = stages->len ? stages->pdata[stages->len - 1] : NULL;
	const Moving moving = {session, policy, invoice, stage, held, why, now};
	for (guint i = 0; stage && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->stage == stage->ordinal && approval->state == APPROVAL_PENDING && !move_deadline(&moving, approval, error))
			return FALSE;
	}
	return TRUE;
}
