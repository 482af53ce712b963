/* Answers for payment runs: the last one that still pays in time, and the close of work before it. */
#include "calendar/payment.h"

#define DAYS_A_WEEK 7

/* DATE_NONE where no day of the week is one. */
static Date last_run(guint run_days, Date due)
{
	for (int i = 0; i < DAYS_A_WEEK; i++) {
		const Date day = date_add_days(due, -i);
		if (date_is_set(day) && (run_days & 1U << (date_weekday(day) - 1)))
			return day;
	}
	return DATE_NONE;
}

gint64 payment_close(const Calendar *calendar, guint run_days, Date due)
{
	const Date run = last_run(run_days, due);
	return date_is_set(run) ? calendar_close_of_work(calendar, date_add_days(run, -1)) : INSTANT_NONE;
}
