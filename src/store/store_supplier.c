/* A supplier's invoices side by side, and how many were closed, by the columns that events copy: no event is read. */
#include "store/store_internal.h"

#include <string.h>

static const char OF_SUPPLIER[] =
	"SELECT id, received, amount, currency FROM invoice WHERE supplier_key = :supplier_key AND received BETWEEN :since AND :until"
	" AND state IN ('open', 'approved') AND kind = 'invoice' AND amount IS NOT NULL AND id <> :except ORDER BY received, id";

void supplier_invoice_free(SupplierInvoice *invoice)
{
	if (invoice == NULL)
		return;
	g_free(invoice->id);
	g_free(invoice);
}

static gpointer read_supplier_invoice(SqlStatement *statement, GError **error)
{
	(void)error;
	SupplierInvoice *invoice = g_new0(SupplierInvoice, 1);
	invoice->id = sql_text_dup(statement, 0);
	invoice->received = sql_integer(statement, 1);
	invoice->amount.minor = sql_integer(statement, 2);
	g_strlcpy(invoice->amount.currency, sql_text(statement, 3), sizeof invoice->amount.currency);
	return invoice;
}

GPtrArray *store_supplier_invoices(Store *store, const char *supplier_key, const char *except, gint64 since, gint64 until, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, OF_SUPPLIER, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":supplier_key", supplier_key);
	sql_bind_text(statement, ":except", except);
	sql_bind_integer(statement, ":since", since);
	sql_bind_integer(statement, ":until", until);
	return sql_collect(statement, read_supplier_invoice, (GDestroyNotify)supplier_invoice_free, error);
}

static const char CLOSED_SINCE[] =
	"SELECT state, administration, COUNT(*) FROM invoice WHERE closed >= :since GROUP BY state, administration ORDER BY state, administration";

void closed_tally_free(ClosedTally *tally)
{
	if (tally == NULL)
		return;
	g_free(tally->administration);
	g_free(tally);
}

static gpointer read_closed_tally(SqlStatement *statement, GError **error)
{
	(void)error;
	ClosedTally *tally = g_new0(ClosedTally, 1);
	invoice_state_parse(sql_text(statement, 0), &tally->state);
	tally->administration = sql_text_dup(statement, 1);
	tally->count = (guint)sql_integer(statement, 2);
	return tally;
}

GPtrArray *store_closed_since(Store *store, gint64 since, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, CLOSED_SINCE, error);
	if (statement == NULL)
		return NULL;
	sql_bind_integer(statement, ":since", since);
	return sql_collect(statement, read_closed_tally, (GDestroyNotify)closed_tally_free, error);
}
