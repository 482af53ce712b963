/* Calendars from outside as absences: whatever comes in, either absences in order, of mail addresses, none of them empty, or a reason on one line. */
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "ics/feed_absences.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define FROM  G_GINT64_CONSTANT(1793491200)
#define UNTIL G_GINT64_CONSTANT(1830297600)
#define DAY_S 86400

static void check(const GPtrArray *absences)
{
	for (guint i = 0; i < absences->len; i++) {
		const IcsAbsence *absence = g_ptr_array_index(absences, i);
		const IcsAbsence *before = i > 0 ? g_ptr_array_index(absences, i - 1) : absence;
		g_assert_true(text_is_mail_address(absence->address) && absence->from < absence->until);
		g_assert_true(absence->until > FROM - DAY_S && absence->from < UNTIL + DAY_S);
		g_assert_true(strcmp(before->address, absence->address) <= 0);
		g_assert_true(absence->deputy == NULL || (*absence->deputy != '\0' && strpbrk(absence->deputy, "\r\n") == NULL));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(IcsAbsences) read = ics_absences_read((const char *)bytes, length, FROM, UNTIL, &error);

	g_assert_true((read == NULL) == (error != NULL));
	if (read != NULL)
		check(read->absences);
	if (error != NULL)
		g_assert_true(g_utf8_validate(error->message, -1, NULL) && strpbrk(error->message, "\r\n") == NULL);
	return 0;
}
