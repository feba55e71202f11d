"""Pages of cargo (舱单、理货): manifests for carriers and their agents, counts for sites, a consignment for everybody in it."""
