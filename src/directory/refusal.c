/* The numbers that Active Directory puts behind "Invalid credentials" ([MS-ERREF] 2.2). */
#include "directory/refusal.h"

#include <glib.h>
#include <string.h>

#define NUMBER_FOLLOWS ", data "

typedef struct {
	guint64 number;
	const char *meaning;
} Refusal;

static const Refusal REFUSALS[] = {
	{0x525, "there is no such account"},
	{0x52e, "the password is wrong"},
	{0x52f, "the account may not log on this way"},
	{0x530, "the account may not log on at this hour"},
	{0x531, "the account may not log on from this machine"},
	{0x532, "the password has expired"},
	{0x533, "the account is disabled"},
	{0x568, "the account is in too many groups"},
	{0x701, "the account has expired"},
	{0x773, "the password must be changed first"},
	{0x775, "the account is locked out"},
};

const char *refusal_meaning(const char *said)
{
	const char *number = said != NULL ? strstr(said, NUMBER_FOLLOWS) : NULL;
	const char *digits = number != NULL ? number + strlen(NUMBER_FOLLOWS) : "";
	const guint64 code = g_ascii_isxdigit(*digits) ? g_ascii_strtoull(digits, NULL, 16) : 0;

	for (guint i = 0; i < G_N_ELEMENTS(REFUSALS); i++)
		if (REFUSALS[i].number == code)
			return REFUSALS[i].meaning;
	return NULL;
}
