/* The supplier's other invoices are read only where the policy asks what they add up to. */
#include "service/routing.h"

void routing_free(Routing *routing)
{
	if (!routing)
		return;
	g_ptr_array_unref(routing->reasons);
	g_free(routing);
}

/* Of SupplierInvoice; empty where none matter. */
static GPtrArray *read_others(Session *session, const Policy *policy, const Routing *routing, const InvoiceRow *invoice, GError **error)
{
	const gint64 since = route_reach(policy, routing->administration, invoice->received);
	if (!invoice->supplier_key || since == invoice->received)
		return g_ptr_array_new();
	return store_supplier_invoices(session_store(session), invoice->supplier_key, invoice->id, since, invoice->received, error);
}

Routing *routing_find(Session *session, const Policy *policy, const InvoiceRow *invoice, GError **error)
{
	g_autoptr(Routing) routing = g_new0(Routing, 1);
	routing->reasons = g_ptr_array_new_with_free_func((GDestroyNotify)route_reason_free);
	routing->administration = administration_find(policy, invoice->facts, invoice->via, &routing->by);
	g_autoptr(GPtrArray) rows = read_others(session, policy, routing, invoice, error);
	if (!rows)
		return NULL;
	g_autoptr(GArray) others = g_array_sized_new(FALSE, FALSE, sizeof(RouteOther), rows->len);
	for (guint i = 0; i < rows->len; i++) {
		const SupplierInvoice *row = rows->pdata[i];
		const RouteOther other = {row->id, row->received, row->amount};
		g_array_append_val(others, other);
	}
	const RouteSubject subject = {invoice->facts, routing->administration, invoice->received, others};
	routing->chain = route_find(policy, &subject, routing->reasons, &routing->no_rate);
	return g_steal_pointer(&routing);
}
