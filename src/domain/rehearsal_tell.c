/* What is told, in one order whatever order it came up in. */
#include "domain/rehearsal_inside.h"

#include <string.h>

static const char *const kinds[] = {"opened", "added", "deputy", "left", "reassigned", "stuck", "decided", "lapsed", "idle", "closed", "reminder"};
static const char *const sends[] = {"mail", "invite", "invite-update", "invite-cancel"};

const char *rehearsed_kind_name(RehearsedKind kind)
{
	return kinds[kind];
}

const char *rehearsed_send_name(const Rehearsed *reminder)
{
	return reminder->send == REHEARSED_HOOK ? reminder->hook : sends[reminder->send];
}

Rehearsed rehearsed_of(const Rehearsal *rehearsal, RehearsedKind kind, const Task *task)
{
	return (Rehearsed){
		.at = rehearsal->now,
		.kind = kind,
		.invoice = task->course->label,
		.stage = task->stage->name,
		.approver = task_approver(task)->person,
		.deadline = task->approval->deadline,
	};
}

void tell(Rehearsal *rehearsal, const Rehearsed *rehearsed)
{
	g_array_append_val(rehearsal->told, *rehearsed);
}

static const char *address_of(const Person *person)
{
	if (!person)
		return NULL;
	return person->mail ? person->mail : person->directory_id;
}

static int compare_words(const char *a, const char *b)
{
	return a == b ? 0 : g_strcmp0(a, b);
}

static int compare_numbers(gint64 a, gint64 b)
{
	return a < b ? -1 : a > b;
}

/* What happens to one invoice at one instant stays in the order in which it happened. */
static gint compare_told(gconstpointer a, gconstpointer b)
{
	const Rehearsed *first = a, *second = b;
	int order = (first->kind == REHEARSED_REMINDER) - (second->kind == REHEARSED_REMINDER);
	if (!order && first->kind == REHEARSED_REMINDER)
		order = compare_words(address_of(first->person), address_of(second->person));
	if (!order)
		order = compare_words(first->invoice, second->invoice);
	if (order || first->kind != REHEARSED_REMINDER)
		return order;
	order = compare_words(first->stage, second->stage);
	if (!order)
		order = compare_words(address_of(first->approver), address_of(second->approver));
	if (!order)
		order = compare_words(first->rung, second->rung);
	if (!order)
		order = compare_numbers(first->occurrence, second->occurrence);
	if (!order)
		order = compare_numbers(first->send, second->send);
	return order ? order : compare_words(first->hook, second->hook);
}

void tell_all(Rehearsal *rehearsal, RehearsalVisit visit, gpointer user_data)
{
	g_array_sort(rehearsal->told, compare_told); /* stable since GLib 2.32 */
	for (guint i = 0; i < rehearsal->told->len; i++)
		visit(&g_array_index(rehearsal->told, Rehearsed, i), user_data);
	g_array_set_size(rehearsal->told, 0);
}
