"""Pages for those who file and follow parcels: file messages, see what became of them, find a parcel, see it whole."""
