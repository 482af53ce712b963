/* Puts an approval into the words' raw material; whom it goes to next is asked of the ladder. */
#include "pass/mail_line.h"

#include <string.h>

void mail_line_free(MailLine *line)
{
	if (!line)
		return;
	approval_case_free(line->about);
	g_clear_pointer(&line->others, g_ptr_array_unref);
	g_clear_pointer(&line->deciders, g_ptr_array_unref);
	foresight_free(line->foresight);
	next_steps_clear(&line->next);
	g_free(line->returned_by);
	g_free(line->returned_why);
	g_free(line);
}

static gboolean add_others(Session *session, MailLine *line, const char *recipient, GError **error)
{
	line->others = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < line->about->approvals->len; i++) {
		const Approval *other = line->about->approvals->pdata[i];
		if (other->stage != line->about->approval->stage || other->state == APPROVAL_DELEGATED || !strcmp(other->person, recipient) ||
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

static gboolean add_decider(Session *session, MailLine *line, const char *id, GError **error)
{
	g_autoptr(PersonRow) person = store_person(session_store(session), id, error);
	if (!person)
		return FALSE;
	if (person->person->name)
		g_ptr_array_add(line->deciders, g_strdup(person->person->name));
	return TRUE;
}

static gboolean find_deputy(Session *session, MailLine *line, const char *recipient, GError **error)
{
	g_autoptr(GPtrArray) asked = store_asked(session_store(session), line->about->approval->id, error);
	for (guint i = 0; asked && i < asked->len; i++) {
		const AskedRow *row = asked->pdata[i];
		line->item.deputy |= !row->why && !strcmp(row->person, recipient) && !strcmp(row->how, "deputy");
	}
	return asked != NULL;
}

/* Who may decide this very approval beside the recipient. */
static gboolean add_deciders(Session *session, MailLine *line, const char *recipient, GError **error)
{
	const Approval *approval = line->about->approval;
	line->deciders = g_ptr_array_new_with_free_func(g_free);
	line->item.added = strcmp(approval->person, recipient) != 0;
	if (line->item.added && (!add_decider(session, line, approval->person, error) || !find_deputy(session, line, recipient, error)))
		return FALSE;
	for (guint i = 0; approval->beside && i < approval->beside->len; i++)
		if (strcmp(approval->beside->pdata[i], recipient) && !add_decider(session, line, approval->beside->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean asked_more_than_needed(const ApprovalCase *about)
{
	guint opened = 0;
	for (guint i = 0; i < about->approvals->len; i++) {
		const Approval *approval = about->approvals->pdata[i];
		opened += approval->stage == about->stage->ordinal && !approval->replaces;
	}
	return opened > need_count(about->stage->need, opened) * (guint)about->stage->groups;
}

static gboolean is_of_stage(const ApprovalCase *about, const char *approval, int stage)
{
	for (guint i = 0; i < about->approvals->len; i++) {
		const Approval *candidate = about->approvals->pdata[i];
		if (candidate->stage == stage && !g_strcmp0(candidate->id, approval))
			return TRUE;
	}
	return FALSE;
}

/* A stage that opens after a rejection opens again because of it. */
static gboolean add_rejection(Session *session, MailLine *line, GError **error)
{
	const int before = line->about->stage->ordinal - 1;
	if (before < line->about->invoice->began)
		return TRUE;
	g_autoptr(GPtrArray) decisions = store_decisions(session_store(session), line->about->invoice->id, error);
	for (guint i = 0; decisions && i < decisions->len; i++) {
		const DecisionRow *decision = decisions->pdata[i];
		if (strcmp(decision->decision, "reject") || !decision->person || !is_of_stage(line->about, decision->approval, before))
			continue;
		g_autoptr(PersonRow) person = store_person(session_store(session), decision->person, error);
		if (!person)
			return FALSE;
		line->returned_by = g_strdup(person->person->name ? person->person->name : "?");
		line->returned_why = g_strdup(decision->reason);
		return TRUE;
	}
	return decisions != NULL;
}

static void fill_item(MailLine *line, const char *recipient)
{
	const ApprovalCase *about = line->about;
	MailItem *item = &line->item;
	item->informing = !approval_is_for(about->approval, recipient);
	item->deciders = line->deciders;
	line->of_group = item->informing && asked_more_than_needed(about);
	item->approver = line->of_group ? about->stage->name : about->approver->person->name;
	item->others = line->of_group ? NULL : line->others;
	item->returned_by = line->returned_by;
	item->returned_why = line->returned_why;
}

MailLine *mail_line_new(Session *session, ApprovalCase *about, const char *recipient, GError **error)
{
	MailLine *line = g_new0(MailLine, 1);
	line->about = about;
	if (!approval_case_item(about, &line->item, error) || !add_others(session, line, recipient, error) ||
	    !add_deciders(session, line, recipient, error) ||
	    !add_rejection(session, line, error) || !(line->foresight = foresight_new(session, about, recipient, error))) {
		mail_line_free(line);
		return NULL;
	}
	fill_item(line, recipient);
	return line;
}

void mail_line_look_ahead(MailLine *line, Session *session)
{
	next_steps_clear(&line->next);
	foresight_find(line->foresight, session, line->about, &line->next);
	line->item.next_name = line->next.name;
	line->item.next_at = line->next.at;
	line->item.again_at = line->next.again;
}
