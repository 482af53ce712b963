/* Gathers, from the record and the policy, what a mail says of an approval. */
#include "service/mailing.h"

#include "service/people.h"
#include "service/reminding.h"

#include <string.h>

void approval_case_free(ApprovalCase *about)
{
	if (!about)
		return;
	approval_free(about->approval);
	stage_free(about->stage);
	invoice_row_free(about->invoice);
	person_row_free(about->approver);
	g_clear_pointer(&about->approvals, g_ptr_array_unref);
	g_free(about);
}

static Stage *stage_of(Store *store, const Approval *approval, GError **error)
{
	g_autoptr(GPtrArray) stages = store_stages(store, approval->invoice, error);
	for (guint i = 0; stages && i < stages->len; i++)
		if (((const Stage *)stages->pdata[i])->ordinal == approval->stage)
			return g_ptr_array_steal_index(stages, i);
	return NULL;
}

ApprovalCase *approval_case_load(Session *session, const char *approval, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(ApprovalCase) about = g_new0(ApprovalCase, 1);
	about->approval = store_approval(store, approval, error);
	if (!about->approval)
		return NULL;
	about->invoice = store_invoice(store, about->approval->invoice, error);
	about->approver = about->invoice ? store_person(store, about->approval->person, error) : NULL;
	about->stage = about->approver ? stage_of(store, about->approval, error) : NULL;
	about->approvals = about->stage ? store_approvals(store, about->approval->invoice, error) : NULL;
	return about->approvals ? g_steal_pointer(&about) : NULL;
}

void mail_line_free(MailLine *line)
{
	if (!line)
		return;
	approval_case_free(line->about);
	g_clear_pointer(&line->others, g_ptr_array_unref);
	g_free(line->next_name);
	g_free(line);
}

static gboolean add_others(Session *session, MailLine *line, const char *recipient, GError **error)
{
	line->others = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < line->about->approvals->len; i++) {
		const Approval *other = line->about->approvals->pdata[i];
		if (other->stage != line->about->approval->stage || !strcmp(other->person, recipient) ||
		    !strcmp(other->person, line->about->approval->person))
			continue;
		g_autoptr(PersonRow) person = store_person(session_store(session), other->person, error);
		if (!person)
			return FALSE;
		if (person->person->name)
			g_ptr_array_add(line->others, g_strdup(person->person->name));
	}
	return TRUE;
}

static gboolean asked_more_than_needed(const ApprovalCase *about)
{
	guint opened = 0;
	for (guint i = 0; i < about->approvals->len; i++)
		opened += ((const Approval *)about->approvals->pdata[i])->stage == about->stage->ordinal;
	return opened > need_count(about->stage->need, opened) * (guint)about->stage->groups;
}

static void fill_item(MailLine *line, const char *recipient)
{
	const ApprovalCase *about = line->about;
	const InvoiceFacts *facts = about->invoice->facts;
	MailItem *item = &line->item;
	item->invoice = about->invoice->id;
	item->approval = about->approval->id;
	item->supplier = facts->supplier.name;
	item->number = facts->number;
	item->credit_note = facts->kind == INVOICE_KIND_CREDIT_NOTE;
	item->due = facts->due_date;
	item->deadline = about->approval->deadline;
	item->opened = about->approval->start;
	item->informing = strcmp(recipient, about->approval->person) != 0;
	line->of_group = item->informing && asked_more_than_needed(about);
	item->approver = line->of_group ? about->stage->name : about->approver->person->name;
	item->others = line->of_group ? NULL : line->others;
	item->next_name = line->next_name;
	item->why = about->stage->name;
}

MailLine *mail_line_new(Session *session, ApprovalCase *about, const char *recipient, GError **error)
{
	MailLine *line = g_new0(MailLine, 1);
	line->about = about;
	line->item.next_at = INSTANT_NONE;
	if (!invoice_facts_amount(about->invoice->facts, &line->item.amount, error) || !add_others(session, line, recipient, error) ||
	    !reminding_next_outsider(session, about, recipient, &line->next_name, &line->item.next_at, error)) {
		mail_line_free(line);
		return NULL;
	}
	fill_item(line, recipient);
	return line;
}

gboolean mailing_queue(Session *session, const Posting *posting, const ComposedMail *mail, gint64 now, GError **error)
{
	Event *event = event_new("message.queued", now, NULL, posting->invoice);
	js_object_set_string(event->data, "message", posting->id);
	js_object_set_string(event->data, "kind", posting->kind);
	js_object_set_string(event->data, "person", posting->person);
	js_object_set_instant(event->data, "not_before", posting->not_before);
	Json *approvals = js_array_new();
	for (guint i = 0; i < posting->approvals->len; i++)
		js_array_append_string(approvals, posting->approvals->pdata[i]);
	js_object_set(event->data, "approvals", approvals);
	g_autofree char *message_id = mail_message_id(session_settings(session), posting->id);
	Json *side = event_private(event);
	js_object_set_line(side, "to", mail->to);
	js_object_set_line(side, "subject", mail->subject);
	js_object_set_line(side, "message_id", message_id);
	return store_append_message(session_store(session), event, mail->bytes, NULL, error);
}

char *mailing_thread(Session *session, const char *approval, const char *person, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(session_store(session), approval, error);
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (strcmp(message->kind, "mail") || strcmp(message->person, person) || !strcmp(message->state, "withdrawn"))
			continue;
		g_autoptr(GPtrArray) carried = store_message_approvals(session_store(session), message->id, error);
		if (!carried)
			return NULL;
		if (carried->len == 1)
			return g_strdup(message->message_id);
	}
	return NULL;
}
