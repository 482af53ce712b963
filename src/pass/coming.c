/* "Coming up": read from the record alone, so that no mail waits for it. */
#include "pass/coming.h"

#include "store/store.h"

#define DAYS 7
#define NAMED 10 /* lines in a mail */

void coming_clear(Coming *coming)
{
	g_clear_pointer(&coming->items, g_array_unref);
	g_clear_pointer(&coming->rows, g_ptr_array_unref);
	g_clear_pointer(&coming->invoices, g_ptr_array_unref);
}

static gboolean is_asked(const GPtrArray *asked, const char *approval)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)asked, approval, g_str_equal, NULL);
}

static gboolean add_item(Session *session, const ComingRow *row, Coming *coming, GError **error)
{
	InvoiceRow *invoice = store_invoice(session_store(session), row->invoice, error);
	if (!invoice)
		return FALSE;
	g_ptr_array_add(coming->invoices, invoice);
	MailItem item = {
		.invoice = invoice->id,
		.approval = row->approval,
		.supplier = invoice->facts->supplier.name,
		.number = invoice->facts->number,
		.credit_note = invoice->facts->kind == INVOICE_KIND_CREDIT_NOTE,
		.due = invoice->facts->due_date,
		.deadline = row->deadline,
		.opened = row->start,
		.next_at = INSTANT_NONE,
		.again_at = INSTANT_NONE,
	};
	if (!invoice_facts_amount(invoice->facts, &item.amount, error))
		return FALSE;
	g_array_append_val(coming->items, item);
	return TRUE;
}

gboolean coming_find(Session *session, const char *person, const Calendar *calendar, const GPtrArray *asked, gint64 now, Coming *coming, GError **error)
{
	const Date end = {.day = calendar_date(calendar, now).day + DAYS + 1};
	*coming = (Coming){
		.items = g_array_new(FALSE, FALSE, sizeof(MailItem)),
		.invoices = g_ptr_array_new_with_free_func((GDestroyNotify)invoice_row_free),
		.rows = store_coming(session_store(session), person, now, zone_instant(calendar_zone(calendar), end, 0), error),
	};
	for (guint i = 0; coming->rows && i < coming->rows->len; i++) {
		const ComingRow *row = coming->rows->pdata[i];
		if (is_asked(asked, row->approval))
			continue;
		if (coming->items->len == NAMED)
			coming->more++;
		else if (!add_item(session, row, coming, error))
			return FALSE;
	}
	return coming->rows != NULL;
}
