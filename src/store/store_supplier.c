/* A supplier's invoices side by side, by the columns that invoice.received and invoice.updated copy: no event is read. */
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
