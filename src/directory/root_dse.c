/* The root DSE. A server that lacks a matching rule takes a filter with it for one that fits nothing, and says no word: hence
 * this. */
#include "directory/root_dse.h"
#include "base/error.h"

#include <string.h>

/* LDAP_CAP_ACTIVE_DIRECTORY_OID ([MS-ADTS] 3.1.1.3.4.3.1) */
#define ACTIVE_DIRECTORY "1.2.840.113556.1.4.800"

static const char *const ATTRIBUTES[] = {"supportedCapabilities", NULL};

Search *root_dse_ask(Round *round)
{
	return round_read(round, "root", "", "(objectClass=*)", ATTRIBUTES);
}

gboolean root_dse_is_active_directory(const Search *root)
{
	for (guint i = 0; root->entries != NULL && i < root->entries->len; i++) {
		g_autoptr(GPtrArray) capabilities = entry_texts(g_ptr_array_index(root->entries, i), ATTRIBUTES[0]);
		if (g_ptr_array_find_with_equal_func(capabilities, ACTIVE_DIRECTORY, g_str_equal, NULL))
			return TRUE;
	}
	return FALSE;
}

gboolean root_dse_has_in_chain(const Search *root, GError **error)
{
	if (root->error != NULL) {
		g_propagate_error(error, g_error_copy(root->error));
		return FALSE;
	}
	if (root_dse_is_active_directory(root))
		return TRUE;
	error_set(error, ERROR_CONFIG,
	          "directory.group.nested is \"in-chain\", which only Active Directory can do, and this server is none: use "
	          "\"expand\"");
	return FALSE;
}
