/* Of each invoice it reads its approvals, its messages and its hold: only those that are named in the mail are asked for. */
#include "pass/week_rows.h"

#include "pass/troubles.h"
#include "people/people.h"

static gboolean is_quiet(const WeekFigures *figures, const InvoiceRow *row)
{
	const Administration *administration = policy_administration(figures->policy, row->administration);
	return administration && !administration->reminders;
}

const char *week_row_name(WeekFigures *figures, const Person *person)
{
	g_ptr_array_add(figures->names, g_strdup(person->name ? person->name : person_label(person)));
	return figures->names->pdata[figures->names->len - 1];
}

static gboolean add_whom(WeekFigures *figures, MailOpen *open, const char *id, GError **error)
{
	g_autoptr(PersonRow) person = store_person(session_store(figures->session), id, error);
	if (!person)
		return FALSE;
	const char *name = week_row_name(figures, person->person);
	if (!g_ptr_array_find_with_equal_func((GPtrArray *)open->whom, name, g_str_equal, NULL))
		g_ptr_array_add((GPtrArray *)open->whom, (char *)name);
	return TRUE;
}

/* Who may decide it; a passed deadline is the first of those they have. */
static gboolean add_approval(WeekFigures *figures, MailOpen *open, const Approval *approval, GError **error)
{
	if (approval->state != APPROVAL_PENDING)
		return TRUE;
	if (open->until == INSTANT_NONE || approval->deadline < open->until)
		open->until = approval->deadline;
	if (!add_whom(figures, open, approval->person, error))
		return FALSE;
	for (guint i = 0; approval->beside && i < approval->beside->len; i++)
		if (!add_whom(figures, open, approval->beside->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean find_whom(WeekFigures *figures, MailOpen *open, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(figures->session), open->invoice, error);
	open->whom = g_ptr_array_new();
	g_ptr_array_add(figures->lists, (GPtrArray *)open->whom);
	for (guint i = 0; approvals && i < approvals->len; i++)
		if (!add_approval(figures, open, approvals->pdata[i], error))
			return FALSE;
	return approvals != NULL;
}

/* A mail about it was tried. */
static gboolean find_tried(const WeekFigures *figures, const char *invoice, gboolean *tried, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_invoice(session_store(figures->session), invoice, error);
	*tried = FALSE;
	for (guint i = 0; messages && i < messages->len; i++)
		*tried |= ((const MessageRow *)messages->pdata[i])->attempts > 0;
	return messages != NULL;
}

/* Until when it is on hold; INSTANT_NONE: it is not. */
static gboolean find_hold(const WeekFigures *figures, const char *invoice, gint64 *until, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) hold = store_hold_lasting(session_store(figures->session), invoice, &failure);
	*until = hold && hold->until > figures->now ? hold->until : INSTANT_NONE;
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

static OpenWhy why_never(const WeekFigures *figures, const InvoiceRow *row, gboolean tried)
{
	return is_quiet(figures, row) ? OPEN_QUIET : tried ? OPEN_UNREACHED : OPEN_UNSENT;
}

/* With whom, and until what is the first deadline. */
static void find_why(const WeekFigures *figures, const InvoiceRow *row, gint64 held, gboolean tried, MailOpen *open)
{
	const gboolean asked = open->whom->len > 0, never = g_hash_table_contains(figures->unreminded, row->id);
	const gboolean later = !asked && row->opens != INSTANT_NONE && row->opens > figures->now;
	const gboolean late = asked && open->until < figures->now;
	open->why = row->stuck               ? OPEN_STUCK
	            : held != INSTANT_NONE   ? OPEN_HELD
	            : later                  ? OPEN_LATER
	            : row->waits             ? OPEN_BOOKED
	            : never                  ? why_never(figures, row, tried)
	            : late                   ? OPEN_LATE
	                                     : OPEN_WAITS;
	open->trouble = troubles_of_stuck(row->stuck_why);
	open->until = held != INSTANT_NONE ? held : later ? row->opens : late ? open->until : INSTANT_NONE;
}

static void show(WeekFigures *figures, InvoiceRow *row, MailOpen *open)
{
	g_ptr_array_add(figures->rows, row);
	open->supplier = row->facts->supplier.name;
	open->number = row->facts->number;
	open->credit_note = row->facts->kind == INVOICE_KIND_CREDIT_NOTE;
	invoice_facts_amount(row->facts, &open->amount, NULL);
}

gboolean week_row_fill(WeekFigures *figures, MailOpen *open, GError **error)
{
	gboolean tried;
	gint64 held;
	InvoiceRow *row = store_invoice(session_store(figures->session), open->invoice, error);
	if (!row)
		return FALSE;
	show(figures, row, open);
	if (!find_whom(figures, open, error) || !find_tried(figures, row->id, &tried, error) || !find_hold(figures, row->id, &held, error))
		return FALSE;
	find_why(figures, row, held, tried, open);
	return TRUE;
}
