/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A library that is no GIO module. */
int kad_test_no_module (void);

int
kad_test_no_module (void)
{
  return 1;
}
