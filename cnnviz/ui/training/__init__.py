"""The page `training`: how do the filters get there?"""
