/* Decisions. Never waits for a directory or a mail server: all it needs was recorded when the stage opened. */
#include "service/decision.h"

#include "base/error.h"
#include "people/people.h"
#include "service/closing.h"
#include "service/holding.h"
#include "service/overview.h"

#include <string.h>

void decision_result_clear(DecisionResult *result)
{
	g_clear_pointer(&result->invoice, g_free);
	g_clear_pointer(&result->label, g_free);
	g_clear_pointer(&result->person, g_free);
	g_clear_pointer(&result->for_whom, g_free);
	g_clear_pointer(&result->stage, g_free);
}

char *invoice_label(const InvoiceRow *invoice)
{
	const InvoiceFacts *facts = invoice->facts;
	return g_strdup_printf("%s/%s", facts->supplier.name ? facts->supplier.name : "?", facts->number ? facts->number : "?");
}

/* One decision being recorded. */
typedef struct {
	Session *session;
	const DecisionRequest *request;
	DecisionResult *result;
	InvoiceRow *invoice;
	PersonRow *decider;
	GPtrArray *stages;    /* of Stage */
	GPtrArray *approvals; /* of Approval */
	int began;            /* the stage with which the chain began that the invoice is on: what was decided before was about another version of it */
	gint64 now;
} Recording;

static void recording_clear(Recording *recording)
{
	g_clear_pointer(&recording->invoice, invoice_row_free);
	g_clear_pointer(&recording->decider, person_row_free);
	g_clear_pointer(&recording->stages, g_ptr_array_unref);
	g_clear_pointer(&recording->approvals, g_ptr_array_unref);
}

static const char *kind_word(DecisionKind kind)
{
	return kind == DECISION_APPROVE ? "approve" : "reject";
}

static const char *kind_past(DecisionKind kind)
{
	return kind == DECISION_APPROVE ? "approved" : "rejected";
}

static PersonRow *find_decider(Session *session, const char *name, GError **error)
{
	g_autoptr(GError) failure = NULL;
	PersonRow *person = store_person_by_name(session_store(session), name, &failure);
	if (!person && failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (!person)
		error_set(error, ERROR_NOT_FOUND, "%s: nobody of that uid or address was ever asked to approve anything (--as names who decides)", name);
	return person;
}

static gboolean recording_load(Recording *recording, GError **error)
{
	Store *store = session_store(recording->session);
	recording->invoice = store_invoice_find(store, recording->request->invoice, error);
	if (!recording->invoice)
		return FALSE;
	recording->decider = find_decider(recording->session, recording->request->decider, error);
	recording->approvals = recording->decider ? store_approvals(store, recording->invoice->id, error) : NULL;
	recording->stages = recording->approvals ? store_stages(store, recording->invoice->id, error) : NULL;
	if (!recording->stages)
		return FALSE;
	/* no stage is the first one while the chain starts anew */
	recording->began = recording->invoice->chain ? recording->invoice->began : G_MAXINT;
	recording->result->invoice = g_strdup(recording->invoice->id);
	recording->result->label = invoice_label(recording->invoice);
	recording->result->person = g_strdup(recording->decider->person->name);
	return TRUE;
}

static const Stage *stage_of(const Recording *recording, const Approval *approval)
{
	for (guint i = 0; i < recording->stages->len; i++)
		if (((const Stage *)recording->stages->pdata[i])->ordinal == approval->stage)
			return recording->stages->pdata[i];
	return NULL;
}

/* What was decided at a stage that opened again, or before one that did, counts no more. */
static gboolean still_counts(const Recording *recording, const Approval *approval)
{
	const Stage *stage = stage_of(recording, approval);
	return stage && stage_counts_before(recording->stages, recording->began, stage, G_MAXINT);
}

/* The last one that they decided so. */
static const Approval *approval_of(const Recording *recording, ApprovalState state)
{
	const Approval *found = NULL;
	for (guint i = 0; i < recording->approvals->len; i++) {
		const Approval *approval = recording->approvals->pdata[i];
		const char *decider = approval->decider ? approval->decider : approval->person;
		if (approval->state == state && !strcmp(decider, recording->decider->id) && still_counts(recording, approval))
			found = approval;
	}
	return found;
}

/* Someone who decided at a stage does not decide there a second time, for another cost centre. */
static gboolean decided_at_stage(const Recording *recording, int stage)
{
	const Approval *approved = approval_of(recording, APPROVAL_APPROVED);
	return approved && approved->stage == stage;
}

static gboolean same_as_before(const Recording *recording, const Approval *before)
{
	recording->result->already = TRUE;
	recording->result->at = before->closed;
	recording->result->state = recording->invoice->state;
	return TRUE;
}

static gboolean add_name(const Recording *recording, const char *id, GString *names, GError **error)
{
	g_autoptr(PersonRow) person = store_person(session_store(recording->session), id, error);
	if (!person)
		return FALSE;
	const char *name = person->person->uid ? person->person->uid : person->person->mail;
	g_string_append_printf(names, "%s%s", names->len ? ", " : "", name ? name : "?");
	return TRUE;
}

static char *whose_turn(const Recording *recording, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < recording->approvals->len; i++) {
		const Approval *approval = recording->approvals->pdata[i];
		if (approval->state != APPROVAL_PENDING)
			continue;
		if (!add_name(recording, approval->person, names, error))
			return NULL;
		for (guint j = 0; approval->beside && j < approval->beside->len; j++)
			if (!add_name(recording, approval->beside->pdata[j], names, error))
				return NULL;
	}
	return g_strdup(names->len ? names->str : "nobody before the next pass");
}

/* Why the decider has nothing to decide; always FALSE but where this very decision is recorded already. */
static gboolean nothing_to_decide(const Recording *recording, GError **error)
{
	ApprovalState wanted = recording->request->kind == DECISION_APPROVE ? APPROVAL_APPROVED : APPROVAL_REJECTED;
	const Approval *same = approval_of(recording, wanted);
	if (same)
		return same_as_before(recording, same);
	const char *uid = recording->request->decider;
	if (recording->invoice->state != INVOICE_OPEN) {
		g_autofree char *when = overview_time(recording->session, recording->invoice->closed);
		error_set(error, ERROR_CONFLICT, "invoice %s: cannot be %s by %s: it was %s on %s", recording->result->label,
		          kind_past(recording->request->kind), uid, invoice_state_name(recording->invoice->state), when);
		return FALSE;
	}
	if (recording->began == G_MAXINT && recording->approvals->len) {
		error_set(error, ERROR_TRANSIENT, "invoice %s: it was changed, and its approval starts anew: who is asked shows after the next pass",
		          recording->result->label);
		return FALSE;
	}
	const Approval *other = approval_of(recording, APPROVAL_APPROVED);
	g_autofree char *turn = whose_turn(recording, error);
	if (!turn)
		return FALSE;
	if (other)
		error_set(error, ERROR_CONFLICT, "invoice %s: %s approved it already; now it is the turn of %s", recording->result->label, uid, turn);
	else
		error_set(error, ERROR_FORBIDDEN, "invoice %s: it is not for %s to decide: asked is %s", recording->result->label, uid, turn);
	return FALSE;
}

/* As the directory said last, where it did since the person was recorded; it is not asked. */
static void add_authority(const Recording *recording, Event *event)
{
	const Person *known = recording->decider->person;
	g_auto(PersonLook) look = {.as_of = INSTANT_NONE};
	if (known->directory_id)
		people_look_back(recording->session, known->directory_id, &look);
	const Person *last = look.person && look.as_of >= known->as_of ? look.person : known;
	js_object_set_instant(event->data, "authority_as_of", last->as_of);
	js_object_set_line(event_private(event), "authority", last->authority);
}

static Event *decision_event(const Recording *recording, const char *decision, const Approval *approval)
{
	const DecisionRequest *request = recording->request;
	Event *event = event_new("decision.recorded", recording->now, request->channel, recording->invoice->id);
	js_object_set_string(event->data, "approval", approval ? approval->id : NULL);
	js_object_set_string(event->data, "decision", decision);
	js_object_set_string(event->data, "person", recording->decider ? recording->decider->id : NULL);
	if (approval && strcmp(approval->person, recording->decider->id))
		js_object_set_string(event->data, "for", approval->person);
	js_object_set_string(event->data, "channel", request->channel);
	js_object_set_string(event->data, "assurance", request->assurance);
	js_object_set_integer(event->data, "policy_version", recording->invoice->policy_version);
	js_object_set_string(event->data, "document", recording->invoice->document);
	Json *side = event_private(event);
	js_object_set_line(side, "reason", request->reason);
	js_object_set_line(side, "evidence", request->evidence);
	if (request->decided)
		js_object_set_instant(event->data, "decided", request->decided);
	js_object_set_line(side, "agent", session_os_user(recording->session));
	if (recording->decider) {
		js_object_set_line(side, "directory_id", recording->decider->person->directory_id);
		js_object_set_line(side, "dn", recording->decider->person->dn);
		js_object_set_line(side, "name", recording->decider->person->name);
		add_authority(recording, event);
	}
	return event;
}

static gboolean fill_result(Recording *recording, const Approval *approval, GError **error)
{
	Store *store = session_store(recording->session);
	g_autoptr(InvoiceRow) after = store_invoice(store, recording->invoice->id, error);
	g_autoptr(GPtrArray) stages = after ? store_stages(store, recording->invoice->id, error) : NULL;
	g_autoptr(GPtrArray) approvals = stages ? store_approvals(store, recording->invoice->id, error) : NULL;
	if (!approvals)
		return FALSE;
	if (strcmp(approval->person, recording->decider->id)) {
		g_autoptr(PersonRow) whose = store_person(store, approval->person, error);
		if (!whose)
			return FALSE;
		recording->result->for_whom = g_strdup(whose->person->name);
	}
	recording->result->state = after->state;
	recording->result->at = recording->now;
	for (guint i = 0; i < stages->len; i++) {
		const Stage *stage = stages->pdata[i];
		if (stage->ordinal != approval->stage)
			continue;
		recording->result->stage = g_strdup(stage->name);
		recording->result->stage_closed = stage->closed != INSTANT_NONE;
	}
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *other = approvals->pdata[i];
		if (other->stage == approval->stage && other->state == APPROVAL_LAPSED)
			recording->result->withdrawn++;
	}
	return TRUE;
}

/* What the decider decides on; NULL where they are asked for nothing. Only one stage is ever open. */
static const Approval *find_pending(const Recording *recording)
{
	if (!recording->stages->len)
		return NULL;
	const Stage *open = recording->stages->pdata[recording->stages->len - 1];
	g_autoptr(GPtrArray) of_stage = g_ptr_array_new();
	for (guint i = 0; i < recording->approvals->len; i++)
		if (((const Approval *)recording->approvals->pdata[i])->stage == open->ordinal)
			g_ptr_array_add(of_stage, recording->approvals->pdata[i]);
	return stage_approval_for(open, of_stage, recording->decider->id);
}

static gboolean record(Recording *recording, GError **error)
{
	if (!recording_load(recording, error))
		return FALSE;
	const Approval *pending = find_pending(recording);
	if (!pending)
		return nothing_to_decide(recording, error);
	gboolean approve = recording->request->kind == DECISION_APPROVE;
	if (approve && strcmp(pending->person, recording->decider->id) && decided_at_stage(recording, pending->stage))
		return nothing_to_decide(recording, error); /* beside others too: said once, it is said */
	if (approve && decided_at_stage(recording, pending->stage)) {
		error_set(error, ERROR_FORBIDDEN, "invoice %s: %s approved at this stage already; another cost centre's approval is for somebody else",
		          recording->result->label, recording->request->decider);
		return FALSE;
	}
	gint64 seq;
	return holding_end(recording->session, recording->invoice->id, recording->decider->id, recording->now, error) &&
	       store_append(session_store(recording->session), decision_event(recording, kind_word(recording->request->kind), pending), &seq, error) &&
	       closing_end_approval(recording->session, pending, approve ? "approval.approved" : "approval.rejected", seq, recording->now, error) &&
	       closing_settle_stage(recording->session, recording->invoice, pending->stage, seq, recording->now, error) &&
	       fill_result(recording, pending, error);
}

gboolean decision_record(Session *session, const DecisionRequest *request, DecisionResult *result, GError **error)
{
	if (request->kind == DECISION_REJECT && (!request->reason || !*request->reason)) {
		error_set(error, ERROR_USAGE, "invoice %s: a rejection needs a reason (--reason)", request->invoice);
		return FALSE;
	}
	Recording recording = {.session = session, .request = request, .result = result, .now = session_now(session)};
	gboolean ok = store_begin(session_store(session), error) && record(&recording, error);
	ok = session_end(session, ok, error);
	recording_clear(&recording);
	return ok;
}

static gboolean withdraw(Recording *recording, GError **error)
{
	Store *store = session_store(recording->session);
	recording->invoice = store_invoice_find(store, recording->request->invoice, error);
	if (!recording->invoice)
		return FALSE;
	recording->result->invoice = g_strdup(recording->invoice->id);
	recording->result->label = invoice_label(recording->invoice);
	recording->result->at = recording->now;
	recording->result->state = INVOICE_WITHDRAWN;
	if (recording->invoice->state == INVOICE_WITHDRAWN) {
		recording->result->already = TRUE;
		recording->result->at = recording->invoice->closed;
		return TRUE;
	}
	if (recording->invoice->state != INVOICE_OPEN) {
		g_autofree char *when = overview_time(recording->session, recording->invoice->closed);
		error_set(error, ERROR_CONFLICT, "invoice %s: cannot be withdrawn: it was %s on %s", recording->result->label,
		          invoice_state_name(recording->invoice->state), when);
		return FALSE;
	}
	if (recording->request->decider) {
		g_autoptr(GError) failure = NULL;
		recording->decider = store_person_by_name(store, recording->request->decider, &failure);
	}
	gint64 seq;
	return holding_end(recording->session, recording->invoice->id, recording->decider ? recording->decider->id : NULL, recording->now, error) &&
	       store_append(store, decision_event(recording, "withdraw", NULL), &seq, error) &&
	       closing_withdraw(recording->session, recording->invoice, seq, recording->now, error);
}

gboolean decision_withdraw(Session *session, const DecisionRequest *request, DecisionResult *result, GError **error)
{
	if (!request->reason || !*request->reason) {
		error_set(error, ERROR_USAGE, "invoice %s: withdrawing needs a reason (--reason)", request->invoice);
		return FALSE;
	}
	Recording recording = {.session = session, .request = request, .result = result, .now = session_now(session)};
	gboolean ok = store_begin(session_store(session), error) && withdraw(&recording, error);
	ok = session_end(session, ok, error);
	recording_clear(&recording);
	return ok;
}
