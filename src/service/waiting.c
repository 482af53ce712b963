/* By supplier and number, as people know it. */
#include "service/waiting.h"

#include "service/decision.h"

void waiting_note(Session *session, const InvoiceRow *invoice, const char *rung, const GError *why)
{
	g_autofree char *label = invoice_label(invoice);
	g_autofree char *what = g_strdup_printf("invoice %s%s%s", label, rung ? ", rung " : "", rung ? rung : "");
	waits_note(session_waits(session), what, why);
}
