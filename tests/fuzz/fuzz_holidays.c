/* Files from outside as holiday calendars: whatever comes in, either dates in order, each once and among those asked for, or a
 * reason on one line. */
#include <stdint.h>
#include <string.h>

#include "ics/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_dates(const GArray *dates, Date from, Date until)
{
	for (guint i = 0; i < dates->len; i++) {
		const gint32 day = g_array_index(dates, Date, i).day;
		g_assert_true(day >= from.day && day <= until.day);
		g_assert_true(i == 0 || g_array_index(dates, Date, i - 1).day < day);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const Date from = date_from_ymd(2024, 1, 1);
	const Date until = date_from_ymd(2030, 12, 31);
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) dates = ics_holidays((const char *)bytes, length, from, until, &error);

	g_assert_true((dates == NULL) == (error != NULL));
	if (dates != NULL)
		check_dates(dates, from, until);
	if (error != NULL)
		g_assert_true(g_utf8_validate(error->message, -1, NULL) && strpbrk(error->message, "\r\n") == NULL);
	return 0;
}
