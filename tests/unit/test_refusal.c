/* Why Active Directory lets an account not log on, as it says it. */
#include "directory/refusal.h"

#include <glib.h>

typedef struct {
	const char *said;
	const char *wanted;
} Case;

static const Case CASES[] = {
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 52e, v3839", "the password is wrong"},
	{"80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52E, v1db1", "the password is wrong"},
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 533, v3839", "the account is disabled"},
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 701, v3839", "the account has expired"},
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 773, v3839", "the password must be changed first"},
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 775, v3839", "the account is locked out"},
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 532", "the password has expired"},
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 57, v3839", NULL},
	{"80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data 52e52e, v3839", NULL},
	{"x, data ffffffffffffffffffffffff52e, y", NULL},
	{"x, data ", NULL},
	{"x, data , 52e", NULL},
	{"x, data -52e", NULL},
	{"Account locked", NULL},
	{"", NULL},
	{NULL, NULL},
};

static void test_meaning(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++)
		g_assert_cmpstr(refusal_meaning(CASES[i].said), ==, CASES[i].wanted);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/refusal/meaning", test_meaning);
	return g_test_run();
}
