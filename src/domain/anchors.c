/* Dates become instants in the approver's calendar; only what counts from the past moves with a hold. */
#include "domain/anchors.h"

#include "calendar/payment.h"

Anchors anchors_of(const Policy *policy, const InvoiceFacts *facts, gint64 received, const GArray *held, const Calendar *calendar, gint64 start)
{
	Anchors anchors;
	for (guint i = 0; i < ANCHOR_COUNT; i++)
		anchors.at[i] = INSTANT_NONE;
	anchors.at[ANCHOR_RECEIVED] = received;
	anchors.at[ANCHOR_START] = start;
	if (date_is_set(facts->due_date))
		anchors.at[ANCHOR_DUE] = calendar_close_of_work(calendar, facts->due_date);
	anchors.at[ANCHOR_PAYMENT] = payment_close(calendar, policy->payment_runs, facts->due_date);
	Date discount = invoice_discount_date(facts);
	if (date_is_set(discount))
		anchors.at[ANCHOR_DISCOUNT] = calendar_close_of_work(calendar, discount);
	hold_shift_anchors(calendar, held, &anchors);
	return anchors;
}
